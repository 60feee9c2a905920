"""The page's types, made of the server's records: `python -m page.make_records` writes src/records.ts."""

from pathlib import Path
from typing import Any

import msgspec

from svod_rcgn.app.background_training import TrainingState
from svod_rcgn.rules import vocabulary
from svod_rcgn.teach import collection_records
from svod_rcgn.web import records
from svod_rcgn.web.routes import (
    box_routes,
    collection_routes,
    dataset_acts,
    digit_routes,
    rule_routes,
    teach_routes,
    teach_sockets,
    trial_sockets,
)

TARGET = Path(__file__).with_name("src") / "records.ts"
TOLD = (
    records.Problem,
    records.SessionState,
    records.CameraState,
    records.ViewHead,
    records.CameraNews,
    records.EventNews,
    records.TrainingNews,
    records.SittingNews,
    records.SentHead,
    records.SentAnswer,
    records.SentRefusal,
    records.OfferedVideo,
    records.TakenVideo,
    records.LostVideo,
    records.VisitPage,
    records.VisitChoices,
    records.People,
    records.Done,
    records.Fields,
    records.Visitors,
    records.Corrected,
    records.Corrections,
    records.NewJob,
    records.Jobs,
    records.FrameLine,
    records.FacesAnswer,
    records.ClassesAnswer,
    records.NumberAnswer,
    records.WrittenNumber,
    records.ObjectsAnswer,
    records.Networks,
    TrainingState,
    box_routes.BoxedSetNames,
    box_routes.BoxedPictures,
    box_routes.ProposedBoxes,
    box_routes.DrawnBoxes,
    box_routes.BoxNews,
    collection_records.CollectionView,
    collection_records.CollectionOverview,
    collection_records.CollectionPictures,
    collection_records.CollectionChange,
    collection_records.SuspectPictures,
    collection_records.SimilarPictures,
    collection_records.QueueView,
    collection_records.QueueAnswered,
    collection_routes.TagPictures,
    collection_routes.RelabelPictures,
    collection_routes.DeletePictures,
    collection_routes.RenameClass,
    collection_routes.MergeClasses,
    collection_routes.SettleSuspect,
    rule_routes.AskedReason,
    rule_routes.AskedRehearsal,
    rule_routes.DraftRules,
    rule_routes.PickedLight,
    rule_routes.Reasons,
    rule_routes.Rehearsed,
    rule_routes.RulesFile,
    rule_routes.SavedRules,
    rule_routes.WishedRules,
    digit_routes.DigitNews,
    collection_routes.AnswerQueue,
    teach_routes.RecogniserNames,
    dataset_acts.Acts,
    teach_routes.Versions,
    dataset_acts.Shown,
    teach_sockets.TeachAnswer,
    teach_sockets.TeachRefusal,
    teach_sockets.TeachNews,
    trial_sockets.TrialDraft,
    trial_sockets.DraftNews,
    trial_sockets.TrialNews,
)
_SPARSE = {
    each.__name__
    for each in vars(vocabulary).values()
    if isinstance(each, type) and issubclass(each, msgspec.Struct)
}  # of which what is as usual is left out
_REF = "#/components/schemas/{name}"
_PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def typescript() -> str:
    """An interface for each record, with what is said of it."""
    _, schemas = msgspec.json.schema_components(TOLD, ref_template=_REF)
    parts = [_interface(name, schema) for name, schema in schemas.items()]
    return "// Made by make_records.py of the server's records; not to be changed by hand.\n\n" + "\n".join(
        parts
    )


def _interface(name: str, schema: dict[str, Any]) -> str:
    text = " ".join(str(schema.get("description", "")).split())
    said = f"/** {text} */\n" if text else ""
    if "enum" in schema:
        return f"{said}export type {name} = {_type(schema)}\n"
    needed = schema["required"] if name in _SPARSE else schema["properties"]
    marks = {field: "" if field in needed else "?" for field in schema["properties"]}
    lines = [f"  {field}{marks[field]}: {_type(each)}" for field, each in schema["properties"].items()]
    body = "\n".join(lines)
    return f"{said}export interface {name} {{\n{body}\n}}\n"


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(f"'{each}'" for each in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(_type(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return _array(schema)
    if schema.get("type") == "object":
        return f"Record<string, {_type(schema.get('additionalProperties') or {})}>"
    return _PLAIN.get(str(schema.get("type")), "unknown")


def _array(schema: dict[str, Any]) -> str:
    if "prefixItems" in schema:
        return f"[{', '.join(_type(each) for each in schema['prefixItems'])}]"
    return f"({_type(schema['items'])})[]"


if __name__ == "__main__":
    TARGET.write_text(typescript(), encoding="utf-8")
