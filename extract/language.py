"""The English pipeline that reads the sentences: our own by default, another one by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import OxykgError

if TYPE_CHECKING:
    from spacy.language import Language

#: The weights that come with the package (CC BY-SA 4.0, see MODEL_CARD.md beside them).
OWN_WEIGHTS = Path(__file__).resolve().parent / "model" / "en_oxykg"
#: Components of other pipelines that the rules do not ask.
UNUSED = ("ner", "textcat", "textcat_multilabel", "entity_linker", "spancat")


def load_language(name: str | None = None) -> Language:
    """A pipeline whose tokens carry tags, parts of speech, lemmas and a UD parse.

    ``name`` is an installed spaCy pipeline ("en_core_web_sm") or a folder; without it, the
    package's own. Parses in another scheme are turned into UD (see ``extract.labels``).
    Raises OxykgError where the pipeline is not installed or lacks a step that the rules need.
    """
    from extract import labels

    nlp = _load(OWN_WEIGHTS if name is None else name)
    _require_steps(nlp, name or str(OWN_WEIGHTS))
    if labels.needs_conversion(nlp):
        nlp.add_pipe("oxykg_ud_labels")
    nlp.vocab.get_noun_chunks = labels.noun_chunks  # type: ignore[assignment]
    return nlp


def _load(name: str | Path) -> Language:
    import gc

    import spacy
    from thinc.api import use_ops

    collecting = gc.isenabled()
    config = _bare_tokenizer() if name == OWN_WEIGHTS else {}
    try:
        with use_ops("numpy", use_blis=False):
            return spacy.load(name, exclude=UNUSED, config=config)
    except OSError as error:
        raise OxykgError(
            f"The spaCy pipeline {str(name)!r} is not installed. Install it (for spaCy's own: "
            f"python -m spacy download {name}), or leave the model out to use the bundled one."
        ) from error
    finally:
        if not collecting:
            gc.disable()  # since reading the weights has enabled it


def _bare_tokenizer() -> dict[str, Any]:
    """To begin with a tokenizer without rules, since those that come with the weights replace it.

    Else spaCy makes its own rules for English first, which takes as long.
    """
    from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]
    from spacy.util import registry

    def bare() -> Callable[[Language], Tokenizer]:
        return lambda nlp: Tokenizer(nlp.vocab)

    name = "oxykg.bare_tokenizer.v1"
    registry.tokenizers(name)(bare)
    return {"nlp": {"tokenizer": {"@tokenizers": name}}}


def _require_steps(nlp: Language, name: str) -> None:
    needed = {
        "a parser": nlp.has_pipe("parser"),
        "a lemmatizer": any("lemmatizer" in step for step in nlp.pipe_names),
        "a tagger": nlp.has_pipe("tagger"),
    }
    if missing := [step for step, there in needed.items() if not there]:
        raise OxykgError(
            f"The spaCy pipeline {name!r} lacks {' and '.join(missing)}; its steps are: "
            f"{', '.join(nlp.pipe_names) or 'none'}. Name one such as en_core_web_sm, or none."
        )
