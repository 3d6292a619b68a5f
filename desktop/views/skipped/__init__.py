"""What filters left out, listed with the filter that did it, to be brought in."""
