/* The program of a cmi5 unit, for tests: what the published example lacks when it is cut down to its page.
   Speaks to the store as such programs do; turns pages, keeps a bookmark, answers a quiz, leaves. */

const CMI5 = "https://w3id.org/xapi/cmi5/context/categories/cmi5";
const VERBS = "http://adlnet.gov/expapi/verbs/";
const query = new URLSearchParams(location.search);
const actor = query.get("actor");

window.CourseCmi5Plugin = class {
  async start() {
    const given = await (await fetch(query.get("fetch"), { method: "POST" })).json();
    this.authorization = `Basic ${given["auth-token"]}`;
    this.begun = Date.now();
    this.data = await (await this.state("GET", "LMS.LaunchData")).json();
    this.preferences = await (
      await this.call("GET", "agents/profile", { profileId: "cmi5LearnerPreferences", agent: actor })
    ).json();
    await this.say("initialized");
  }

  call(method, resource, parameters, body) {
    const address = `${query.get("endpoint")}${resource}?${new URLSearchParams(parameters)}`;
    const headers = { Authorization: this.authorization, "X-Experience-API-Version": "1.0.3" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    return fetch(address, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  }

  state(method, stateId, body) {
    const whose = { activityId: query.get("activityId"), agent: actor, registration: query.get("registration") };
    return this.call(method, "activities/state", { stateId, ...whose }, body);
  }

  async say(verb, result, { defined = true } = {}) {
    const context = structuredClone(this.data.contextTemplate);
    context.registration = query.get("registration");
    if (defined) context.contextActivities.category = [{ id: CMI5 }];
    const duration = `PT${((Date.now() - this.begun) / 1000).toFixed(2)}S`;
    const id = crypto.randomUUID();
    const statement = {
      id,
      actor: JSON.parse(actor),
      verb: { id: VERBS + verb },
      object: { id: query.get("activityId") },
      context,
      timestamp: new Date().toISOString(),
      ...(result ? { result: { duration, ...result } } : {}),
    };
    const answer = await this.call("PUT", "statements", { statementId: id }, statement);
    if (answer.status !== 204) throw new Error(`${verb}: ${answer.status} ${await answer.text()}`);
  }
};

window.Course = class {
  constructor({ trackingPlugin }) {
    this.plugin = trackingPlugin;
    this.pages = [...document.querySelectorAll("script.contentpage")];
    for (const overlay of document.querySelectorAll(".full-overlay")) overlay.hidden = true;
    this.ready = this.begin().catch((error) => this.fail(error));
  }

  async begin() {
    await this.plugin.start();
    const kept = await this.plugin.state("GET", "suspendData");
    const place = kept.status === 200 ? (await kept.json()).page : 0;
    await this.gotoPage(place, false);
    document.body.dataset.ready = this.plugin.data.launchMode;
  }

  fail(error) {
    document.body.dataset.failed = String(error);
  }

  async gotoPage(number, keep = true) {
    this.page = Math.min(Math.max(Number(number), 0), this.pages.length - 1);
    document.getElementById("content").innerHTML = this.pages[this.page].innerHTML;
    if (!keep) {
      document.body.dataset.page = this.page;
      return;
    }
    await this.plugin.state("PUT", "suspendData", { page: this.page });
    const progress = Math.min(Math.round((100 * (this.page + 1)) / this.pages.length), 99);
    const extensions = { "https://w3id.org/xapi/cmi5/result/extensions/progress": progress };
    await this.plugin.say("experienced", { extensions }, { defined: false });
    document.body.dataset.page = this.page;
  }

  nextPage() {
    return this.gotoPage(this.page + 1).catch((error) => this.fail(error));
  }

  previousPage() {
    return this.gotoPage(this.page - 1).catch((error) => this.fail(error));
  }

  async answer(scaled) {
    const passed = scaled >= (this.plugin.data.masteryScore ?? 0.5);
    await this.plugin.say(passed ? "passed" : "failed", { success: passed, score: { scaled } });
    if (passed) await this.plugin.say("completed", { completion: true });
    document.body.dataset.answered = scaled;
  }

  autopass() {
    this.right = 1;
  }

  autofail() {
    this.right = 0.2;
  }

  submitAnswers() {
    return this.answer(this.right ?? 0).catch((error) => this.fail(error));
  }

  async exit() {
    await this.plugin.say("terminated", {}).catch((error) => this.fail(error));
    location.href = this.plugin.data.returnURL;
  }
};
