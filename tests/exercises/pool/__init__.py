"""Answers that students might give, right and wrong, written from the cards alone."""
