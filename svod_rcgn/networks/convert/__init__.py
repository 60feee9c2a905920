"""Network files of every kind, made into OpenVINO's IR."""
