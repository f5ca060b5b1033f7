"""Tokens for the verifier: genuine ones, and forgeries that each break one rule.

Two libraries judge every token that the script makes: joserfc (algorithms=["PS256"]) and cryptography (RSASSA-PSS with
SHA-256 and a 32-byte salt over the text before the last dot). A case that expects MPMETER_OK or MPMETER_E_TOKEN_CLAIMS
must be genuine for both; one that expects MPMETER_E_TOKEN_ALGORITHM must be refused by joserfc, and one that expects
MPMETER_E_TOKEN_SIGNATURE by both, unless it is named in tokens/judges.py.
"""

import warnings

import output
from tokens import algorithms, genuine, impostors, json_texts, judges, keys, mismatches, signatures, structure
from tokens.making import CASES

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    folder = output.folder("jwt")
    for group in (genuine, keys, algorithms, signatures, mismatches, structure, json_texts, impostors):
        group.cases()
    judges.judge()
    output.write(folder / "cases.json", CASES)
