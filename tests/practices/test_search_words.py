from practices.search_words import MAX_QUERY_WORDS, prefix, query_words, stems, tokens, words_of


def test_joining_words_and_single_letters_tell_nothing() -> None:
    assert list(words_of("Szkoła w mieście i na wsi oraz B")) == ["szkoła", "mieście", "wsi"]


def test_a_stem_is_known_with_and_without_polish_letters() -> None:
    assert stems("oświaty") & stems("oswiata")


def test_prefixes_are_five_letters_without_accents() -> None:
    assert prefix("żółtego") == "zolte"
    assert prefix("iso") == "iso"
    assert prefix("中文字") == ""


def test_tokens_say_where_a_word_stood_and_are_plain() -> None:
    found = tokens(title="Szkoła", abstract=["szkoły"], body=["muzeum 🙂 中文"]).split()
    assert "aszkol" in found
    assert "cmuzeum" in found
    assert "pszkol" in found
    assert all(token.isascii() and token.isalnum() for token in found)
    assert found == sorted(set(found))


def test_a_query_is_cut_to_a_few_different_words() -> None:
    assert query_words("szkoła szkoła 'muzeum'") == ["szkoła", "muzeum"]
    assert len(query_words(" ".join(f"slowo{number}" for number in range(50)))) == MAX_QUERY_WORDS
