"""What the register says, compared with what it said before. Pure: frames and values in, values out."""
