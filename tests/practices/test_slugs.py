from practices.slugs import LENGTH, slug_of


def test_slugs_are_plain_letters_cut_at_a_word_and_never_empty() -> None:
    assert slug_of("Łódź: „Żółta” droga") == "lodz-zolta-droga"
    assert slug_of("🙂") == "praktyka"
    long = slug_of("bardzo długi tytuł " * 20)
    assert len(long) <= LENGTH
    assert long.endswith(("bardzo", "dlugi", "tytul"))
    assert len(slug_of("x" * 500)) == LENGTH
