"""Makes a small Keras network that takes the left half of every picture for a person.

Run by a process of its own: `python keras_model.py FOLDER`. It writes a SavedModel, a TFLite file and a
frozen graph of the same network.
"""

import sys
from pathlib import Path

import keras
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

SIDE = 160


def main(folder: Path) -> None:
    image = keras.Input((SIDE, SIDE, 3), name="image")
    ones = keras.layers.Conv2D(1, 1, kernel_initializer="zeros", bias_initializer="ones")(image)
    left = keras.layers.Cropping2D(((0, 0), (0, SIDE // 2)))(ones)
    half = keras.layers.ZeroPadding2D(((0, 0), (0, SIDE // 2)))(left)
    model = keras.Model(image, keras.layers.Reshape((SIDE, SIDE), name="output")(half))
    model.export(folder / "saved", verbose=False)
    for kind in ("tflite", "frozen"):
        (folder / kind).mkdir()
    converter = tf.lite.TFLiteConverter.from_saved_model(str(folder / "saved"))
    (folder / "tflite" / "mask.tflite").write_bytes(converter.convert())
    asked = tf.function(model).get_concrete_function(tf.TensorSpec((1, SIDE, SIDE, 3), tf.float32))
    graph = convert_variables_to_constants_v2(asked).graph
    tf.io.write_graph(graph, str(folder / "frozen"), "mask.pb", as_text=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
