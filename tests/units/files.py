"""Small register files in the official shape."""

HEAD = "WOJ;POW;GMI;RODZ;NAZWA;NAZWA_DOD;STAN_NA"


def terc_file(*rows: str, day: str = "2024-01-01") -> bytes:
    """`rows` are "WOJ;POW;GMI;RODZ;NAZWA"; a voivodeship and a powiat stand above them already."""
    lines = ["02;;;;DOLNOŚLĄSKIE", "02;01;;;bolesławiecki", *rows]
    body = "".join(f"{line};dodatek;{day}\r\n" for line in lines)
    return ("\ufeff" + HEAD + "\r\n" + body).encode()
