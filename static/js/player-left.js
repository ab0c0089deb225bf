/* Where a cmi5 unit goes when it has ended: the player around it hears of it, a window of its own closes. */

if (window.parent === window) window.close();
else window.parent.postMessage({ from: "hoclieu-left" }, window.location.origin);
