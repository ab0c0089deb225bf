/* Sends a file to object storage itself, in parts for which the site signs an address each. What the
   storage has is asked of the site, so that a lost line or a closed page costs the parts under way alone. */

const AT_ONCE = 3;
const STALLED = 30000;
const SETTLING = 2000;
const OPEN = ["arriving", "settling", "received"];
const FEW = 2; // failures of the storage in a row after which the site takes the file; more once parts went there
const SOME = 5;

/* The storage cannot be reached though the site can. */
export class Unreachable extends Error {}

class Failed extends Error {}

export class Direct {
  /* upload: file, url, ask(method, url, body), announced(url), show(bytes), settling().
     start: where uploads are announced. */
  constructor(upload, start) {
    Object.assign(this, { upload, start, going: new Map(), failures: 0 });
  }

  /* Until the file is stored. Throws what the site says, Unreachable, or what a new try may mend. */
  async bring() {
    const { upload } = this;
    const told = await this.find();
    this.part = told.part_bytes;
    this.etags = new Map(told.parts);
    upload.from = upload.offset = told.state === "arriving" ? this.sent() : told.size;
    const missing = Array.from({ length: told.count }, (_one, index) => index + 1).filter(
      (number) => told.state === "arriving" && !this.etags.has(number),
    );
    await this.sendAll(missing);
    await this.settle(told.state);
  }

  async find() {
    const { upload } = this;
    const known = upload.url && (await upload.ask("GET", `${upload.url}direct/`));
    if (OPEN.includes(known?.state)) return known;
    const begun = await upload.ask("POST", this.start, { name: upload.file.name, size: upload.file.size });
    if (!begun) throw new Unreachable("not offered");
    upload.announced(begun.url);
    return begun;
  }

  /* Several at once; after a failure those under way may still arrive, no other begins. */
  async sendAll(missing) {
    let failure = null;
    const sender = async () => {
      while (missing.length && !failure && !this.stopped) {
        try {
          await this.send(missing.shift());
        } catch (error) {
          failure ||= error;
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sender));
    if (!failure) return;
    if (!(failure instanceof Failed) || !navigator.onLine) throw failure;
    this.failures += 1;
    throw this.failures < (this.etags.size ? SOME : FEW) ? failure : new Unreachable(failure.message);
  }

  async send(number) {
    const { urls } = await this.upload.ask("POST", `${this.upload.url}direct/sign/`, { numbers: [number] });
    if (this.stopped) return; // a part that came now would belong to nothing
    const start = (number - 1) * this.part;
    const piece = this.upload.file.slice(start, start + this.part);
    try {
      this.etags.set(number, await this.put(urls[number], piece, number));
    } finally {
      this.going.delete(number);
    }
    this.failures = 0;
    this.upload.offset = this.sent();
  }

  /* The ETag of the part. A line on which nothing moves is given up. */
  put(url, piece, number) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const fail = (why) => reject(new Failed(why));
      let watch = 0;
      const moved = (loaded) => {
        clearTimeout(watch);
        watch = setTimeout(() => request.abort(), STALLED);
        this.going.set(number, { request, loaded });
        if (!this.stopped) this.upload.show(this.sent());
      };
      request.open("PUT", url);
      request.upload.onprogress = (event) => moved(event.loaded);
      request.upload.onload = () => moved(piece.size);
      request.onloadend = () => clearTimeout(watch);
      request.onerror = request.onabort = () => fail("no answer");
      request.onload = () => {
        const etag = request.status === 200 && request.getResponseHeader("ETag");
        if (etag) resolve(etag);
        else fail(request.status);
      };
      moved(0);
      request.send(piece);
    });
  }

  sent() {
    let sum = 0;
    for (const number of this.etags.keys()) sum += this.lengthOf(number);
    for (const [number, { loaded }] of this.going) if (!this.etags.has(number)) sum += loaded;
    return sum;
  }

  lengthOf(number) {
    return Math.min(this.part, this.upload.file.size - (number - 1) * this.part);
  }

  async settle(state) {
    const { upload } = this;
    if (state === "received" || this.stopped) return;
    let told = await upload.ask("POST", `${upload.url}direct/complete/`, { parts: [...this.etags] });
    while (told?.state === "settling" && !this.stopped) {
      upload.settling();
      await new Promise((go) => setTimeout(go, SETTLING));
      told = await upload.ask("GET", `${upload.url}direct/`);
    }
    if (!this.stopped && told?.state !== "received") throw new Error("not stored");
  }

  stop() {
    this.stopped = true;
    this.going.forEach(({ request }) => request.abort());
  }
}
