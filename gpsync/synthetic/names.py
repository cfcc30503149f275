"""Personal names for people who do not exist, by naming tradition so that the halves fit together."""

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Tradition:
    """Names that go together; `share` is the part of the register, out of 1, that bears them."""

    share: float
    surnames: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]


def _tradition(share: float, surnames: str, women: str, men: str) -> Tradition:
    # A tilde stands for the space inside a surname, because a space ends one.
    apart = tuple(surname.replace("~", " ") for surname in surnames.split())
    return Tradition(share, apart, tuple(women.split()), tuple(men.split()))


TRADITIONS = (
    _tradition(
        0.44,
        "Ashworth Barlow Bennett Birtwistle Blackwood Brewster Calloway Clegg Dunmore Ellery Fairclough Fenwick "
        "Garside Greenhalgh Hartley Haworth Holroyd Ingham Kettlewell Langley Marsden Merrick Nuttall Ormerod "
        "Pemberton Quayle Ramsbottom Rushworth Sedgwick Stapleton Thackray Underhill Wadsworth Whitlock Yarwood "
        "Ashworth-Lane Bell-Marsden Fenwick-Hall Hartley-Rowe",
        "Alice Amelia Beatrice Bethan Catherine Charlotte Daisy Eleanor Emily Frances Grace Hannah Imogen Jessica "
        "Katie Lucy Margaret Olivia Philippa Rebecca Rosalind Sarah Tabitha Zoë",
        "Adam Alistair Benjamin Callum Christopher Daniel Edward Frederick George Henry Jacob James Joseph Laurence "
        "Matthew Nathaniel Oliver Peter Robert Samuel Thomas Timothy Wilfred",
    ),
    _tradition(
        0.06,
        "ap~Rhys Gallagher MacAllister Mac~Giolla McKenna Ní~Dhomhnaill O'Brien O'Connell Ó~Súilleabháin Prosser",
        "Aoife Bríd Caoimhe Ciara Eilidh Fionnuala Gráinne Mairead Morag Niamh Orla Róisín Siân Siobhán",
        "Aidan Angus Cormac Declan Dylan Ewan Fergus Hamish Iestyn Lorcan Oisín Rhodri Ruaridh Séamus",
    ),
    _tradition(
        0.20,
        "Acharya Ahmed Bannerjee Bhatt Chaudhry Chowdhury Desai Fernando Ghosh Gunasekara Gupta Hussain Iqbal Iyer "
        "Jayawardena Kapoor Khan Kulkarni Malik Mehta Menon Mukherjee Nair Patel Qureshi Rahman Reddy Shah Sharma "
        "Siddiqui Subramaniam Thapa Verma Wickramasinghe",
        "Aisha Ananya Asha Deepa Fatima Geetha Hina Ishita Kavita Lakshmi Meera Nadia Padma Priya Rukhsana Sadia "
        "Shreya Sunita Tahira Yasmin",
        "Aditya Amir Arjun Bilal Dinesh Faisal Ganesh Hamza Imran Karthik Mohan Naveed Pradeep Rajesh Sanjay Tariq "
        "Usman Vikram Yusuf Zain",
    ),
    _tradition(
        0.10,
        "Abara Adeyemi Afolabi Agyeman Akande Asante Balogun Boateng Chukwu Danso Eze Ibekwe Kamau Mensah Mutasa "
        "Ndlovu Nwosu Obi Ogunleye Okafor Onyango Osei Owusu Sesay Tembo Uzoma",
        "Abena Adaeze Akosua Amara Chiamaka Efua Folake Grace Ifeoma Kemi Ngozi Nyasha Temitope Wanjiru Yewande",
        "Babatunde Chidi Ebo Emeka Femi Ifeanyi Jabari Kofi Kwame Obinna Olumide Sipho Tendai Tunde Yaw",
    ),
    _tradition(
        0.07,
        "Chan Chen Cheung Goh Huang Kwok Lam Lau Leung Lim Ng Nguyen Ong Seo Tan Tran Wong Wu Yap Yoshida",
        "Hui-Min Jia Li Linh Mei Mei-Ling Ming Sakura Shu-Fen Suk-Yin Xin Ying",
        "Boon Chee-Keong Hao Hiroshi Jun Kai Kwan Minh Siu-Ming Wei Wei-Jie Zhi",
    ),
    _tradition(
        0.07,
        "Abbas Aziz Darwish El-Amin Elsayed Farouk Ghanem Habib Haddad Hamdan Ibrahim Karimi Khalil Mansour "
        "Mostafa Naguib Nasser Osman Rashid Saleh Shirazi Tawfik Youssef Zaki",
        "Amal Dalia Farah Hala Heba Layla Mariam Mona Nour Rania Salma Shirin Yara Zahra",
        "Ahmed Amr Bassam Hassan Hossam Karim Khaled Mahmoud Mazen Omar Sherif Tamer Walid Ziad",
    ),
    _tradition(
        0.06,
        "Andersson Björk Dąbrowska Ferreira García Georgiou Horváth Ionescu Jovanović Kowalczyk Lefèvre Łukasik "
        "Müller Novák Núñez Øvergaard Papadakis Pereira Popescu Rossi Schäfer Šimić Vella Virtanen",
        "Agnieszka Chloé Elena Francesca Ingrid Ioana Joana Katarzyna Maria Mónica Sofía Tereza",
        "Andrei Björn Carlos Dimitris Giovanni Jürgen Krzysztof Lars Luís Marek Nikos Zoltán",
    ),
)

SURNAMES = tuple(name for tradition in TRADITIONS for name in tradition.surnames)
GIVEN_NAMES = tuple(name for tradition in TRADITIONS for name in (*tradition.women, *tradition.men))

#: Letters that Unicode does not take apart into a base letter and an accent.
_WHOLE_LETTERS = str.maketrans({"Ł": "L", "ł": "l", "Ø": "O", "ø": "o", "đ": "d", "ß": "ss"})


def fold(name: str) -> str:
    """The name as it is usually written before an @: lower-case ASCII letters only."""
    apart = unicodedata.normalize("NFKD", name.translate(_WHOLE_LETTERS))
    return "".join(letter for letter in apart.lower() if "a" <= letter <= "z")
