"""The code word that a helper says at the door: two everyday words, told apart easily on a bad line. Pure."""

from __future__ import annotations

_TOLD = (
    "appel banaan citroen druif framboos kers mango meloen perzik pruim tomaat wortel boter kaas suiker peper"
    " fiets trein boot tram auto brug toren molen haven kasteel tuin poort lamp stoel tafel deken kussen"
    " tijger olifant kameel dolfijn egel pinguin vlinder zwaluw merel uil eend zwaan paard konijn"
    " maan zon wolk regen sneeuw storm rivier berg eiland strand bos veld piano gitaar trommel fluit"
)
WORDS = tuple(_TOLD.split())


def code_word(seed: str) -> str:
    """Two words chosen by a seed of at least four letters or digits of base32; the same seed, the same words."""
    number = int.from_bytes(seed.encode()[:8], "big")
    first, second = number % len(WORDS), number // 97 % len(WORDS)
    return f"{WORDS[first]} {WORDS[second if second != first else (second + 1) % len(WORDS)]}"
