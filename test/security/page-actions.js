/** What a web page can try. It runs in the browser, in each page of the tests. */
globalThis.attack = {
  navigate(url) {
    globalThis.location.href = url;
  },

  submit(action, enctype, fields) {
    const form = document.createElement("form");
    Object.assign(form, { method: "POST", action, enctype });
    for (const [name, value] of Object.entries(fields)) {
      form.append(Object.assign(document.createElement("input"), { name, value }));
    }
    document.body.append(form);
    form.submit();
  },

  /** "read <text>", "opaque" where the browser hides the answer, or "refused" */
  async request(url, init) {
    try {
      const response = await fetch(url, init);
      return response.type === "opaque" ? "opaque" : `read ${await response.text()}`;
    } catch {
      return "refused";
    }
  },

  /** Loads an address by an element: the image's width, "loaded", or "refused". */
  element(name, src) {
    return new Promise((resolve) => {
      const one = document.createElement(name);
      one.onload = () => resolve(one.naturalWidth ?? "loaded");
      one.onerror = () => resolve("refused");
      one.src = src;
      document.body.append(one);
    });
  },

  worker(url) {
    try {
      const worker = new Worker(url);
      return new Promise((resolve) => {
        worker.onerror = () => resolve("refused");
        worker.onmessage = () => resolve("started");
      });
    } catch {
      return "refused";
    }
  },

  socket(url) {
    return new Promise((resolve) => {
      const socket = new WebSocket(url);
      socket.onopen = () => resolve("open");
      socket.onerror = () => resolve("refused");
    });
  },
};
