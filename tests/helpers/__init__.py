"""What tests stand on: real and scripted servers, generated mail, a fault proxy. Nothing here ships."""
