"""What must hold when the machine, the disk, the network or the server fails: asked of the whole program."""
