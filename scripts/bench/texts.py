"""Texts as long as those that offices write: about 6,000 characters an entry, different in each."""

from datetime import date
from typing import Any

SENTENCES = (
    "Urząd prowadził usługę w sposób rozproszony, a mieszkańcy czekali na załatwienie sprawy kilka tygodni.",
    "Zespół projektowy złożony z pracowników trzech wydziałów opisał proces i wskazał, gdzie się zatrzymuje.",
    "Wprowadzono jeden punkt obsługi, elektroniczny obieg dokumentów i comiesięczny przegląd wskaźników.",
    "Mieszkańcy zgłaszali uwagi podczas spotkań konsultacyjnych i w badaniu satysfakcji przeprowadzonym dwukrotnie.",
    "Koszt wdrożenia pokryto ze środków własnych oraz z dotacji, bez zwiększania zatrudnienia.",
    "Po roku czas oczekiwania skrócił się o połowę, a liczba skarg spadła do kilku rocznie.",
    "Największą trudnością była zmiana przyzwyczajeń, dlatego szkolenia powtarzano w małych grupach.",
    "Rozwiązanie wynika ze strategii rozwoju i jest powiązane z budżetem zadaniowym jednostki.",
    "Jednostkom, które chcą skorzystać z doświadczeń, radzimy zacząć od pomiaru stanu wyjściowego.",
    "Wyniki są publikowane co kwartał i omawiane z radą oraz organizacjami pozarządowymi.",
)
SUBJECTS = (
    "Budżet obywatelski w szkołach", "Zintegrowana opieka nad seniorami", "Transport na żądanie",
    "Gospodarka odpadami z udziałem mieszkańców", "Elektroniczna obsługa przedsiębiorców",
    "Sieć świetlic środowiskowych", "Zarządzanie energią w budynkach", "Partnerstwo dla kultury",
)  # fmt: skip
WORDS_LONG = {
    "abstract": 6, "context": 8, "goals": 5, "actions": 14, "cost": 5, "results": 10,
    "integration": 5, "difficulties": 5, "advice": 5,
}  # fmt: skip


def prose(seed: int, sentences: int) -> str:
    chosen = [SENTENCES[(seed + step * 3) % len(SENTENCES)] for step in range(sentences)]
    half = len(chosen) // 2
    return " ".join(chosen[:half]) + "\n\n" + " ".join(chosen[half:]) if half > 2 else " ".join(chosen)


def title_of(number: int) -> str:
    return f"{SUBJECTS[number % len(SUBJECTS)]}: program nr {number}"


def description(number: int) -> dict[str, Any]:
    """Every field of a complete entry but its domain and group."""
    return {
        "title": title_of(number),
        **{name: prose(number + place, length) for place, (name, length) in enumerate(WORDS_LONG.items())},
        "implemented_on": date(2015 + number % 9, 1 + number % 12, 1),
        "tools": ["CAF", "BENCHMARKING", "SATISFACTION_SURVEY"][: 1 + number % 3],
        "indicators": [
            {"name": "czas oczekiwania", "unit": "dni", "before": "28", "after": str(10 + number % 9), "year": "2025"},
            {"name": "liczba skarg", "unit": "rocznie", "before": "41", "after": str(number % 12), "year": "2025"},
        ],
        "implementing_unit": "Wydział Organizacyjny",
        "locality": "Przykładowo",
        "postal_code": "58-200",
        "post_office": "Przykładowo",
        "phone": "74 000 00 00",
        "email": "urzad@example.org",
        "population": 5_000 + number * 17 % 90_000,
        "contact_name": "Osoba Przykładowa",
        "contact_position": "naczelnik wydziału",
        "contact_phone": "74 000 00 01",
        "contact_email": "kontakt@example.org",
        "accepts_rules": True,
        "data_notice_read": True,
        "licence_consent": True,
        "contact_consent": True,
    }
