"""Where objects come from: files, git, standard input, items of a list, and the facts and settings among them."""
