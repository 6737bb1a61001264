"""Pictures: drawn as SVG, handed out as PNG."""
