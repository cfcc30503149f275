"""What two checkouts make of the same input, compared: the demo's nights and random stories.

    python -m tests.outcomes OTHER_CHECKOUT

`product` alone speaks to the product: where its functions move or are renamed, that module changes, and no other.
What goes in must stay the same on both sides, so the words of the extracts are written out here and not imported.
"""
