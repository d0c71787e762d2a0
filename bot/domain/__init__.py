"""The rules of a webcare desk: pure, standard library only, no I/O. Time is always an argument."""
