"""The letters that carry a verification link: names, words, form. Pure."""
