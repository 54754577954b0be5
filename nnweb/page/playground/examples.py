"""Short examples for the console, by the key of their title in the page's texts."""

EXAMPLES = {
    "layers": "network",
    "answer": "plot(network(image), network.labels)",
    "maps": (
        "x = nnweb.examine(image[None], network).seen.reshape(1, *network.x_shape)\n"
        "show(network.layers[0].forward(x))"
    ),
    "mirrored": (
        "mirrored = np.stack([image, image[:, ::-1], image[::-1], image[::-1, ::-1]])\n"
        "show(mirrored)\n"
        "[network.labels[i] for i in network(mirrored).argmax(axis=1)]"
    ),
    "bias": (
        "last = [layer for layer in network.layers if layer.params][-1]\n"
        'last.params["b"][0] += 100'
    ),
}
