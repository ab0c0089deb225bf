// Looks for the API as SCORM prescribes: up the parents, then the opener and its parents.
var findApi = (function () {
  "use strict";
  function climb(win, name) {
    for (var depth = 0; win && depth < 10; depth += 1) {
      try {
        if (win[name]) return win[name];
      } catch (error) {
        return null; // a window of another origin: nothing to find from here on
      }
      if (win.parent === win) return null;
      win = win.parent;
    }
    return null;
  }
  return function (name) {
    var found = climb(window.parent === window ? null : window.parent, name);
    if (!found && window.top && window.top.opener) found = climb(window.top.opener, name);
    return found;
  };
})();
