"""What every provider must do, asked of real and of hostile servers."""
