// Measures the page and uses it, and reports what it found to the page around it.
addEventListener("load", () => setTimeout(async () => {
  const result = { width: innerWidth, error: null };
  const seen = (element) => element.getClientRects().length > 0;
  const all = (selector) => [...document.querySelectorAll(selector)];

  // Labels of one plot that share more than half a pixel.
  const collisions = () => {
    const found = [];
    for (const plot of all(".plot").filter(seen)) {
      const labels = [...plot.querySelectorAll(".t, .y")].filter(seen);
      const areas = labels.map((label) => label.getBoundingClientRect());
      areas.forEach((one, index) => areas.slice(index + 1).forEach((other, after) => {
        const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
        if (wide > 0.5 && high > 0.5) {
          found.push(labels[index].textContent + " / " + labels[index + 1 + after].textContent);
        }
      }));
    }
    return found;
  };
  const outside = () => {
    const found = all("main *").filter(seen).filter((element) => {
      const area = element.getBoundingClientRect();
      return area.width > 0 && (area.right > innerWidth + 1 || area.left < -1);
    });
    const names = found.map((element) => element.tagName + " " + element.textContent.slice(0, 40));
    if (document.documentElement.scrollWidth > innerWidth) names.push("the page scrolls sideways");
    return names;
  };
  const small = () => all("main *").filter(seen)
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .filter((element) => parseFloat(getComputedStyle(element).fontSize) < 11)
    .map((element) => element.textContent.slice(0, 40));

  try {
    result.requests = performance.getEntriesByType("resource").length;
    result.labels = all(".plot .t").filter(seen).length;
    result.screens = document.documentElement.scrollHeight / 800;
    result.collisions = collisions();
    result.outside = outside();
    result.small = small();

    const rows = () => all("table.runs tbody tr");
    const order = () => rows().map((row) => row.dataset.r);
    const minis = () => all(".mini").map((mini) => mini.dataset.r);
    const heads = all("table.runs thead button");
    if (heads.length > 0) {
      heads[2].click();
      const times = rows().map((row) => Number(row.cells[2].dataset.v));
      result.sorted = times.every((time, index) => index === 0 || times[index - 1] <= time);
      const places = minis().map((number) => order().indexOf(number)).filter((place) => place >= 0);
      result.minis_follow = places.every((place, index) => index === 0 || places[index - 1] < place);
    }
    const field = document.querySelector(".filter input");
    if (field) {
      const filter = (words) => {
        field.value = words;
        field.dispatchEvent(new Event("input"));
      };
      filter("wall at");
      const kept = rows().filter((row) => !row.hidden);
      const numbers = new Set(kept.map((row) => row.dataset.r));
      result.filtered = kept.length > 0 && kept.length < rows().length
        && kept.every((row) => row.textContent.includes("wall at"));
      result.charts_follow = all(".mini, .dot[data-r]").every((part) => part.hidden !== numbers.has(part.dataset.r));
      filter("");
    }
    const others = document.querySelector("details.others");
    if (others) {
      others.open = true;
      const closed = others.querySelector("details.race");
      result.was_closed = !closed.querySelector("svg");
      closed.open = true;
      await new Promise((after) => setTimeout(after, 100));
      result.drawn = seen(closed.querySelector("svg"));
    }
    for (const details of all("details")) details.open = true;
    await new Promise((after) => setTimeout(after, 300));
    result.collisions_opened = collisions();
    result.outside_opened = outside();
    result.requests += performance.getEntriesByType("resource").length;
  } catch (error) {
    result.error = String(error);
  }
  parent.postMessage(JSON.stringify(result), "*");
}, 100));
