// The theme's toggles in the tree of pages have an icon and no name.
document.querySelectorAll("details > summary").forEach((summary) => {
  if (!summary.textContent.trim()) summary.setAttribute("aria-label", "Pages below this one");
});
