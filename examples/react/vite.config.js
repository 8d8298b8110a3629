import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const proxy = { "/api": process.env.FRESCO_URL ?? "http://127.0.0.1:5000" }; // the page and the API are one origin

const pages = ["index.html", "household.html"];

export default defineConfig({
  plugins: [react()],
  build: { rollupOptions: { input: pages } },
  server: { proxy },
  preview: { proxy },
});
