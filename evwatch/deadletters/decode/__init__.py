"""What a dead letter is: who gave up on it, why, what the original event was, and where it should go again."""

from evwatch.deadletters.decode.layers import LayerText, layers, member_text
from evwatch.deadletters.decode.letter import ORDER, decode
from evwatch.deadletters.decode.opening import FORMS
from evwatch.deadletters.decode.several import decode_all
from evwatch.deadletters.decode.surroundings import Surroundings

__all__ = ["FORMS", "ORDER", "LayerText", "Surroundings", "decode", "decode_all", "layers", "member_text"]
