"""What the style draws, by kind of control: each a function over a style option, and the room the control takes."""
