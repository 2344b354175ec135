"""The names of months as people write them in dates, in the languages of those who send files."""

ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_NAMES = (
    "january janvier januar januari jänner enero gennaio janeiro jan janv jän ene gen",
    "february février fevrier februar februari febrero febbraio fevereiro feb févr fevr fév fev",
    "march mars märz maerz maart marzo março marco mar mär mrz mrt",
    "april avril abril aprile apr avr abr",
    "may mai mei mayo maggio maio mag",
    "june juin juni junio giugno junho jun giu",
    "july juillet juli julio luglio julho jul juil lug",
    "august août aout augustus agosto aug aoû ago",
    "september septembre septiembre setiembre settembre setembro sep sept set sett",
    "october octobre oktober octubre ottobre outubro oct okt ott out",
    "november novembre noviembre novembro nov",
    "december décembre decembre dezember diciembre dicembre dezembro dec déc dez dic",
)
"""By month: English, French, German, Dutch, Spanish, Italian and Portuguese, in full and short (CLDR 45, wide and
abbreviated); those with accents also as they are typed without."""

MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
"""The number of a month by its name in small letters."""
