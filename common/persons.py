"""What stands where a person stood, once their data was removed."""

# Reserved by RFC 2606: no mail ever leaves for it, and nobody can register an address under it.
REMOVED_DOMAIN = "usunieto.invalid"
REMOVED_TEXT = "—"  # where a text must not be empty


def is_removed(address: str) -> bool:
    return address.endswith(f"@{REMOVED_DOMAIN}")


def removed_address(number: int) -> str:
    """The address of an account whose person was removed; the number keeps it unique."""
    return f"osoba-{number}@{REMOVED_DOMAIN}"


def removed_name(number: int) -> str:
    """Polish in every language, as names are."""
    return f"Osoba nr {number} (dane usunięte)"
