"""The stages of the flow, one file each; no stage imports another."""
