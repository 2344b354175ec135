"""If these fail, people who look at what we sent read the partner's password."""

from transactions.services.segments import lines_of

ISA = "ISA*03*DEPT7     *01*GEHEIM    *ZZ*OURS           *ZZ*THEIRS         *261121*1200*U*00401*000000001*0*P*>~"


def test_passwords_of_the_envelope_are_masked() -> None:
    assert lines_of((ISA + "IEA*0*000000001~").encode()) == [
        ISA.replace("DEPT7", "•" * 5).replace("GEHEIM", "•" * 6),
        "IEA*0*000000001~",
    ]


def test_blanks_stay_blanks() -> None:
    blank = ISA.replace("DEPT7", "     ").replace("GEHEIM", "      ")
    assert lines_of(blank.encode()) == [blank]
