"""Passwords of tests: Django's own scheme in a thousandth of its rounds, each of which is slow by design."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class Quick(PBKDF2PasswordHasher):
    iterations = 1000
