"""Short examples for the console, by the key of their title in the page's texts."""

EXAMPLES = {
    "layers": "network",
    "answer": "plot(network(image), network.labels)",
    "maps": (
        "x = nnweb.examine(image[None], network).seen.reshape(1, *network.x_shape)\n"
        "show(network.layers[0].forward(x))"
    ),
    "turned": (
        "turned = np.stack([np.rot90(image, quarters) for quarters in range(4)])\n"
        "show(turned)\n"
        "[network.labels[i] for i in network(turned).argmax(axis=1)]"
    ),
    "bias": 'network.layers[-1].params["b"][0] += 9',
}
