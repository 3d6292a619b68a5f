"""The whole program, driven from outside through its command line, on real servers."""
