// Writes the licence of every package that may end up in the built files.
//
// The list is the lock file's packages without the development ones: a little more than what
// is bundled, never less, and workers and style sheets need no special case.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const TEXT = /^(licen[cs]e|copying|notice)|\.licen[cs]e\.txt$/i;
// Vite puts a few helper functions of its own into every bundle.
const ALSO = ["node_modules/vite"];

function textsIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && TEXT.test(entry.name))
    .map((entry) => readFileSync(join(folder, entry.name), "utf8").trim())
    .filter((text, index, all) => all.indexOf(text) === index);
}

function chapter(root, folder) {
  const about = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const texts = textsIn(join(root, folder));
  const said = texts.length > 0 ? texts : ["The package names this licence and ships no text of it."];
  return [`${about.name} ${about.version} (${about.license ?? "no licence named"})`, ...said].join("\n\n");
}

export function licences(fileName) {
  let root = ".";
  return {
    name: "licences",
    apply: "build",
    configResolved(config) {
      root = config.root;
    },
    generateBundle() {
      const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
      const shipped = Object.entries(lock.packages)
        .filter(([folder, entry]) => folder !== "" && !entry.dev && !entry.devOptional)
        .map(([folder]) => folder);
      const chapters = [...shipped, ...ALSO]
        .filter((folder) => existsSync(join(root, folder, "package.json")))
        .sort()
        .map((folder) => chapter(root, folder));
      const rule = `\n\n${"-".repeat(72)}\n\n`;
      this.emitFile({ type: "asset", fileName, source: `${chapters.join(rule)}\n` });
    },
  };
}
