"""Made-up doctors, as the rows of a small register."""


def doctors(number: int = 60, **emails: str) -> list[str]:
    """Rows of made-up doctors 9000000, 9000001 …; `d3="new"` gives the fourth another address."""
    return [
        f"9{one:06d},Surname{one},Given,Registered with Licence,{emails.get(f'd{one}', f'd{one}')}@doctor.example"
        for one in range(number)
    ]
