"""The names by which Mexican offices call the states, and their INEGI codes.

Names differ by office and year (Coahuila, Coahuila de Zaragoza); the areas themselves are in `areas.csv`.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

STATE_CODES: dict[str, str] = {
    "Aguascalientes": "01",
    "Baja California": "02",
    "Baja California Sur": "03",
    "Campeche": "04",
    "Coahuila": "05",
    "Coahuila de Zaragoza": "05",
    "Colima": "06",
    "Chiapas": "07",
    "Chihuahua": "08",
    "Distrito Federal": "09",
    "Ciudad de México": "09",
    "Durango": "10",
    "Guanajuato": "11",
    "Guerrero": "12",
    "Hidalgo": "13",
    "Jalisco": "14",
    "México": "15",
    "Michoacán": "16",
    "Michoacán de Ocampo": "16",
    "Morelos": "17",
    "Nayarit": "18",
    "Nuevo León": "19",
    "Oaxaca": "20",
    "Puebla": "21",
    "Querétaro": "22",
    "Quintana Roo": "23",
    "San Luis Potosí": "24",
    "Sinaloa": "25",
    "Sonora": "26",
    "Tabasco": "27",
    "Tamaulipas": "28",
    "Tlaxcala": "29",
    "Veracruz": "30",
    "Veracruz de Ignacio de la Llave": "30",
    "Yucatán": "31",
    "Zacatecas": "32",
}


def coded(text: pa.Array | pa.ChunkedArray, codes: Mapping[str, str]) -> pa.Array:
    """The code of each word; a word that has none is kept, so that the contract's code list refuses it."""
    array = text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
    encoded = array.dictionary_encode()
    meanings = [codes.get(word.strip(), word) for word in encoded.dictionary.to_pylist()]
    return pa.array(meanings, pa.string()).take(encoded.indices)
