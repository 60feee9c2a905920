from svod_rcgn.faces.recogniser import SharedIdentifier
from svod_rcgn.records import Frame
from tests.fakes import FIELDS, RED, RED_PERSON, FakeClassifier, fake_analyzers, picture


class NewClassifier(FakeClassifier):
    def __init__(self) -> None:
        self.people = {"New": {"position": "Page"}}

    def _match(self, cosine: float, nearest: str):
        return super()._match(cosine, "New")


def test_a_new_classifier_answers_in_every_pipeline_from_the_next_frame():
    analyzers = fake_analyzers()
    pipelines = [analyzers.analyzer(), analyzers.analyzer()]
    frame = Frame(picture(RED), 0, 0.0, "film")
    assert [pipeline.analyze(frame)[0].match.name for pipeline in pipelines] == [RED_PERSON] * 2
    analyzers.identifier.replace(NewClassifier())
    assert [pipeline.analyze(frame)[0].match.name for pipeline in pipelines] == ["New"] * 2
    assert [pipeline.analyze(frame)[0].attributes for pipeline in pipelines] == [{"position": "Page"}] * 2


def test_until_then_the_first_one_answers():
    assert SharedIdentifier(FakeClassifier()).people is FIELDS
