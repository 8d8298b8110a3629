import { useState } from "react";
import { createRoot } from "react-dom/client";
import { client } from "./api";
import { Login } from "./Login";
import { Overdue } from "./Overdue";
import "./style.css";

function App() {
  const [entered, setEntered] = useState(client.session !== null);
  if (entered) return <Overdue />;
  return <Login logIn={(name, password) => client.login(name, password)} onEnter={() => setEntered(true)} />;
}

createRoot(document.getElementById("root")!).render(<App />);
