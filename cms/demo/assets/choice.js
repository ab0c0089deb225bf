/* A small H5P library of our own: one question, several answers of which one is right. It reports by xAPI, keeps what
   was chosen, and may be tried again. */

var H5P = H5P || {};

H5P.HoclieuChoice = (function () {
  function Choice(params, contentId, extras) {
    H5P.EventDispatcher.call(this);
    this.params = params;
    this.contentId = contentId;
    this.chosen = extras && extras.previousState ? extras.previousState.chosen : -1;
    this.checked = Boolean(extras && extras.previousState && extras.previousState.checked);
    this.begun = Date.now();
  }
  Choice.prototype = Object.create(H5P.EventDispatcher.prototype);
  Choice.prototype.constructor = Choice;

  Choice.prototype.attach = function ($container) {
    var self = this;
    var box = $container.get(0);
    box.classList.add("hoclieu-choice");
    var question = document.createElement("p");
    question.textContent = this.params.question;
    question.id = "question";
    var list = document.createElement("div");
    list.setAttribute("role", "radiogroup");
    list.setAttribute("aria-labelledby", "question");
    this.inputs = this.params.answers.map(function (answer, at) {
      var label = document.createElement("label");
      var input = document.createElement("input");
      input.type = "radio";
      input.name = "answer";
      input.checked = at === self.chosen;
      input.addEventListener("change", function () {
        self.chosen = at;
        self.checked = false;
        self.said.textContent = "";
        self.triggerXAPI("interacted");
      });
      label.append(input, " " + answer);
      list.append(label);
      return input;
    });
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = this.params.check;
    button.addEventListener("click", function () {
      if (self.chosen >= 0) self.check();
    });
    this.said = document.createElement("p");
    this.said.setAttribute("role", "status");
    box.append(question, list, button, this.said);
    if (this.checked) this.tell();
    this.triggerXAPI("attempted");
  };

  Choice.prototype.tell = function () {
    this.said.textContent = this.getScore() ? this.params.right : this.params.wrong;
  };

  Choice.prototype.check = function () {
    this.checked = true;
    this.tell();
    var event = this.createXAPIEventTemplate("answered");
    event.setScoredResult(this.getScore(), this.getMaxScore(), this, true, this.getScore() === this.getMaxScore());
    event.data.statement.result.duration = "PT" + Math.round((Date.now() - this.begun) / 1000) + "S";
    this.trigger(event);
  };

  Choice.prototype.getScore = function () {
    return this.checked && this.chosen === this.params.correct ? 1 : 0;
  };
  Choice.prototype.getMaxScore = function () {
    return 1;
  };
  Choice.prototype.getAnswerGiven = function () {
    return this.chosen >= 0;
  };
  Choice.prototype.getCurrentState = function () {
    return this.chosen < 0 ? undefined : { chosen: this.chosen, checked: this.checked };
  };
  Choice.prototype.resetTask = function () {
    this.chosen = -1;
    this.checked = false;
    this.inputs.forEach(function (input) {
      input.checked = false;
    });
    this.said.textContent = "";
  };
  Choice.prototype.showSolutions = function () {
    this.inputs[this.params.correct].focus();
  };

  return Choice;
})();
