// The virtual experiment: current from voltage and resistance, brightness from power.
(function () {
  "use strict";
  var byId = function (id) { return document.getElementById(id); };
  var count = 0;
  function vi(number, digits) { return number.toFixed(digits).replace(".", ","); }
  function draw() {
    var volts = Number(byId("voltage").value), ohms = Number(byId("resistance").value), amps = volts / ohms;
    byId("voltage-out").textContent = vi(volts, 1) + " V";
    byId("resistance-out").textContent = ohms + " Ω";
    byId("source").textContent = vi(volts, 1) + " V";
    byId("resistor").textContent = "R = " + ohms + " Ω";
    byId("ammeter").textContent = vi(amps, 2);
    byId("law").textContent = vi(volts, 1) + " : " + ohms + " = " + vi(amps, 2) + " A";
    byId("glow").setAttribute("opacity", String(Math.min(0.95, (volts * amps) / 12)));
    return [vi(volts, 1), String(ohms), vi(amps, 2)];
  }
  byId("voltage").addEventListener("input", draw);
  byId("resistance").addEventListener("input", draw);
  byId("record").addEventListener("click", function () {
    count += 1;
    var row = document.createElement("tr");
    [String(count)].concat(draw()).forEach(function (text) {
      var cell = document.createElement("td");
      cell.textContent = text;
      row.appendChild(cell);
    });
    byId("rows").appendChild(row);
  });
  draw();
})();
