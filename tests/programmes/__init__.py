"""The reliability programmes: sweeps with a sample in every run and the full size under --deep; docs/reliability.md."""
