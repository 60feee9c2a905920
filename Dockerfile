# Watches cameras without a display, as a user who may write below data and models only:
#
#   docker build -t svod-rcgn .
#   docker run --rm -v svod-models:/svod/models svod-rcgn svod-download-models
#   docker run --rm -v svod-models:/svod/models -v svod-data:/svod/data -v ~/faces:/svod/data/faces:ro \
#       svod-rcgn svod-prepare
#   docker run --init -v svod-models:/svod/models -v svod-data:/svod/data \
#       svod-rcgn svod-video --no_window --video_source rtsp://camera/stream
#
# A webcam needs `--device /dev/video0 --group-add video`; a running container is asked with
# `docker exec NAME svod-control status`.

FROM python:3.12-slim AS build
WORKDIR /source
COPY setup.py pyproject.toml README.md LICENSE ./
COPY svod_rcgn svod_rcgn
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.12-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgl1 libglib2.0-0 \
    && rm -rf /var/lib/apt/lists/*
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir /wheels/*.whl
RUN useradd --create-home --uid 1000 svod \
    && install --directory --owner svod --group svod /svod /svod/data /svod/models
USER svod
WORKDIR /svod
VOLUME ["/svod/data", "/svod/models"]
ENV PYTHONUNBUFFERED=1
CMD ["svod-video", "--no_window"]
