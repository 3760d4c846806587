"""Invented practices for the demonstration, each marked as an example. Nothing here is about a real unit."""

import io
from datetime import date
from typing import Any

import pikepdf

MARK = "Przykład: "

# title, subject in the genitive, one line of results, indicator (name, unit, before, after), tools
_PRACTICES: tuple[tuple[str, str, str, tuple[str, str, str, str], tuple[str, ...]], ...] = (
    (
        "Szkolne karty wejścia do kultury",
        "dostępu uczniów do instytucji kultury",
        "Każda szkoła ma stały plan wyjść, a instytucje kultury układają program z wyprzedzeniem.",
        ("uczniowie korzystający z oferty", "%", "38", "81"),
        ("SATISFACTION_SURVEY", "BENCHMARKING"),
    ),
    (
        "Jedno okienko dla rodzin z małym dzieckiem",
        "obsługi rodzin z dziećmi do lat trzech",
        "Rodzice załatwiają wszystkie sprawy w jednym miejscu i podczas jednej wizyty.",
        ("średni czas załatwienia sprawy", "dni", "21", "6"),
        ("ISO_9001", "CAF"),
    ),
    (
        "Wspólny przegląd arkuszy organizacyjnych szkół",
        "planowania pracy szkół",
        "Dyrektorzy i urząd uzgadniają arkusze w jednym cyklu, na tych samych danych.",
        ("poprawki w arkuszach po terminie", "liczba", "46", "9"),
        ("TASK_BUDGET", "BENCHMARKING"),
    ),
    (
        "Sąsiedzka sieć wsparcia seniorów",
        "wsparcia osób starszych w miejscu zamieszkania",
        "Pracownik socjalny, biblioteka i koło gospodyń działają według jednego planu odwiedzin.",
        ("seniorzy objęci stałym wsparciem", "osoby", "64", "210"),
        ("GWD", "SATISFACTION_SURVEY"),
    ),
    (
        "Biblioteka otwarta po godzinach",
        "dostępności biblioteki publicznej",
        "Mieszkańcy sami decydują o dyżurach, a urząd mierzy, które godziny są potrzebne.",
        ("odwiedziny w miesiącu", "liczba", "1150", "1840"),
        ("SATISFACTION_SURVEY",),
    ),
    (
        "Mapa potrzeb zdrowotnych mieszkańców",
        "programów profilaktyki zdrowotnej",
        "Programy profilaktyczne wynikają z danych o potrzebach, a nie z dotychczasowego zwyczaju.",
        ("uczestnicy badań profilaktycznych", "osoby", "420", "1310"),
        ("STRATEGY_MONITORING", "EFQM"),
    ),
    (
        "Monitoring jakości usług społecznych",
        "zarządzania usługami społecznymi",
        "Co kwartał kierownicy omawiają te same wskaźniki i zapisują decyzje.",
        ("usługi z ustalonym standardem", "liczba", "3", "17"),
        ("STRATEGY_MONITORING", "CAF", "TASK_BUDGET"),
    ),
    (
        "Mieszkania treningowe z planem usamodzielnienia",
        "usamodzielniania młodych osób",
        "Każda osoba ma opiekuna i plan z terminami, a powroty do systemu wsparcia są rzadsze.",
        ("osoby usamodzielnione w ciągu roku", "osoby", "5", "14"),
        ("BENCHMARKING",),
    ),
)
_NOTE = "Opis jest przykładem przygotowanym na potrzeby demonstracji i nie dotyczy rzeczywistego wdrożenia."


def example(number: int) -> dict[str, Any]:
    """Field values of the example entry with this number; they repeat after eight."""
    title, subject, outcome, indicator, tools = _PRACTICES[number % len(_PRACTICES)]
    name, unit, before, after = indicator
    return {
        "title": f"{MARK}{title}",
        "population": 18_500 + 730 * number,
        "implemented_on": date(2022, 1 + number % 12, 1),
        "abstract": f"{outcome} Praktyka dotyczy {subject}. {_NOTE}",
        "context": f"Przed wdrożeniem brakowało jednolitego podejścia do {subject}, a dane zbierano w kilku miejscach.",
        "goals": f"Uporządkowanie {subject} i stałe mierzenie, czy mieszkańcy odczuwają zmianę.",
        "actions": "Powołano zespół zadaniowy, opisano przebieg usługi, uzgodniono wskaźniki, przeprowadzono pilotaż, "
        "a po pół roku wprowadzono rozwiązanie w całej jednostce.",
        "cost": "Praca zespołu w ramach etatów oraz drobne zakupy sfinansowane z budżetu jednostki.",
        "results": f"{outcome} Wskaźnik „{name}” zmienił się z {before} do {after} ({unit}).",
        "integration": "Cel wpisano do strategii rozwoju, a wskaźniki do corocznego raportu o stanie jednostki.",
        "difficulties": "Najtrudniej było uzgodnić wspólne dane; pomogło wyznaczenie jednej osoby odpowiedzialnej.",
        "advice": "Warto zacząć od jednego wskaźnika i krótkiego pilotażu, a dopiero potem opisywać procedury.",
        "indicators": [{"name": name, "unit": unit, "before": before, "after": after, "year": "2024"}],
        "tools": list(tools),
        "implementing_unit": "Urząd (przykład)",
        "locality": "Przykładowo",
        "phone": "00 000 00 00",
        "email": "urzad@demo.local",
        "contact_name": "Osoba Przykładowa",
        "contact_position": "inspektor",
        "contact_phone": "00 000 00 00",
        "contact_email": "kontakt@demo.local",
        "contact_consent": number % 2 == 0,
        "accepts_rules": True,
        "data_notice_read": True,
        "licence_consent": True,
    }


def declaration_pdf() -> bytes:
    """A one-page PDF standing for the signed declaration."""
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(595, 842))
    font = document.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    text = b"BT /F1 18 Tf 72 720 Td (PRZYKLAD / EXAMPLE) Tj 0 -32 Td (Dokument pokazowy) Tj ET"
    page.Contents = document.make_stream(text)
    output = io.BytesIO()
    document.save(output, deterministic_id=True)
    return output.getvalue()
