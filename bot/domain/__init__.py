"""The rules of a webcare desk: pure, standard library only, no I/O, time as an argument."""
