"""How figures look: axes in, axes out, layout, letters, alternative text, SVG."""
