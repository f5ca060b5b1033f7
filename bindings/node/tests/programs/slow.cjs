// Loaded before an example: each request takes half a second.
const http = require("node:http");

const { createServer } = http;
http.createServer = (answers) => createServer((...exchange) => setTimeout(answers, 500, ...exchange));
